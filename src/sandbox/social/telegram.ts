import { type Request, type RequestHandler, type Response, Router } from 'express';
import { bodies, type Form, formOf } from './forms.ts';
import { type Fault, fairWeather, type SocialStandIn, troubled, type Weather } from './stand-in.ts';
import { openWall, type Upload, type Wall } from './wall.ts';

const TOKEN = '700000001:practice-token-of-the-bot-0001';
const BOT = { id: 700000001, is_bot: true, first_name: 'We Care practice', username: 'wecare_practice_bot' };
const CHANNEL = {
  ...{ id: -1001234500001, type: 'channel', title: 'We Care Kerala (practice)', username: 'wecare_practice' },
};

/** Telegram's Bot API for one bot and one public channel. */
export function openTelegram(weather: Weather = fairWeather()): SocialStandIn {
  const line: Fault[] = [];
  const house: House = { wall: openWall(), last: 0 };
  const router = Router();
  const trouble = troubled(line, weather, {
    throttled: (res) => refuse(res, 429, 'Too Many Requests: retry after 7', { retry_after: 7 }),
    expired: (res) => refuse(res, 401, 'Unauthorized'),
    // Telegram takes the same text as often as it is sent, so that this word is never heard of it.
    duplicate: (res) => refuse(res, 400, 'Bad Request: MESSAGE_ID_INVALID'),
  });
  const ofToken: RequestHandler = (req, res, next) =>
    req.params.token === TOKEN ? next() : refuse(res, 401, 'Unauthorized');
  for (const [name, act] of Object.entries(methods)) {
    const sends = name.startsWith('send') ? [trouble] : [];
    router.all(`/bot:token/${name}`, ofToken, ...bodies, ...sends, answerWith(house, act));
  }
  router.use((_req, res) => refuse(res, 404, 'Not Found'));
  return {
    ...{ network: 'telegram', router, weather, timeline: house.wall.timeline, picture: house.wall.picture },
    fault: (next) => void line.push(next),
    accounts: [
      {
        name: CHANNEL.title,
        credentials: { more: { token: TOKEN } },
        settings: { chat: `@${CHANNEL.username}` },
      },
    ],
  };
}

interface House {
  wall: Wall;
  /** The number of the last message. */
  last: number;
}

type Method = (house: House, form: Form) => unknown;

const methods: Record<string, Method> = {
  getMe: () => BOT,
  getChat: (_house, form) => {
    needChannel(form);
    return CHANNEL;
  },
  getChatMember: (_house, form) => {
    needChannel(form);
    return { status: 'administrator', user: BOT, can_post_messages: true, can_delete_messages: true };
  },
  sendMessage: (house, form) => {
    const text = textOf(form.fields.text, 4096, 'message');
    if (!text.trim()) throw new Refused('Bad Request: message text is empty');
    return post(house, form, { text });
  },
  sendPhoto: (house, form) => post(house, form, captioned(form, [form.fields.photo])),
  sendVideo: (house, form) => post(house, form, captioned(form, [form.fields.video])),
  sendMediaGroup: (house, form) => {
    const media = parsed(form.fields.media) as { media: string; caption?: string }[];
    if (!Array.isArray(media) || media.length < 2 || media.length > 10)
      throw new Refused('Bad Request: wrong number of messages to send in an album');
    const text = textOf(media.find(({ caption }) => caption)?.caption, 1024, 'message caption');
    const first = post(house, form, { text, media: media.map((one) => fileOf(form, one.media)) });
    const rest = media.slice(1).map(() => ({ ...first, message_id: ++house.last, caption: undefined }));
    return [first, ...rest];
  },
  deleteMessage: (house, form) => {
    needChannel(form);
    if (house.wall.take(String(form.fields.message_id))) return true;
    throw new Refused('Bad Request: message to delete not found');
  },
  deleteMessages: (house, form) => {
    needChannel(form);
    for (const id of parsed(form.fields.message_ids) as number[]) house.wall.take(String(id));
    return true;
  },
};

const captioned = (form: Form, files: unknown[]) => ({
  text: textOf(form.fields.caption, 1024, 'message caption'),
  media: files.map((file) => fileOf(form, file)),
});

function post(house: House, form: Form, { text, media = [] }: { text: string; media?: Upload[] }) {
  needChannel(form);
  const reply = parsed(form.fields.reply_parameters) as { message_id?: number } | undefined;
  if (reply?.message_id !== undefined && !house.wall.get(String(reply.message_id)))
    throw new Refused('Bad Request: message to be replied not found');
  const id = ++house.last;
  const url = `https://t.me/${CHANNEL.username}/${id}`;
  const replyTo = reply?.message_id === undefined ? null : String(reply.message_id);
  house.wall.put({ id: String(id), account: CHANNEL.title, text, media, replyTo, url });
  const words = media.length ? { caption: text } : { text };
  return {
    message_id: id,
    date: Math.floor(Date.now() / 1000),
    chat: CHANNEL,
    sender_chat: CHANNEL,
    ...words,
  };
}

function needChannel({ fields }: Form): void {
  if (![`@${CHANNEL.username}`, String(CHANNEL.id)].includes(String(fields.chat_id)))
    throw new Refused('Bad Request: chat not found');
}

/** UTF-16 units, as Telegram counts. */
function textOf(value: unknown, most: number, what: string): string {
  const text = typeof value === 'string' ? value : '';
  if (text.length > most) throw new Refused(`Bad Request: ${what} is too long`);
  return text;
}

function fileOf({ files }: Form, place: unknown): Upload {
  const file = files[String(place).replace(/^attach:\/\//, '')];
  if (!file?.bytes.length) throw new Refused('Bad Request: wrong file identifier/HTTP URL specified');
  return { ...file, mime: file.mime === 'application/octet-stream' ? 'image/jpeg' : file.mime };
}

/** Fields of a form are JSON where they are not words. */
const parsed = (value: unknown): unknown => (typeof value === 'string' ? JSON.parse(value) : value);

class Refused extends Error {}

const answerWith =
  (house: House, act: Method) =>
  async (req: Request, res: Response): Promise<void> => {
    try {
      res.json({ ok: true, result: act(house, await formOf(req)) });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refuse(res, 400, error.message);
    }
  };

const refuse = (res: Response, code: number, description: string, parameters?: object): void =>
  void res
    .status(code)
    .json({ ok: false, error_code: code, description, ...(parameters ? { parameters } : {}) });
