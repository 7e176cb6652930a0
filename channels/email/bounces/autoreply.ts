import { type Headers, readWords } from './read.ts';

/** How programs and people head such answers, by language. */
const HEADINGS = [
  'auto(?:matic)?[ -]?(?:reply|response|respond|antwort|: )|auto:|out of (?:the )?office|out of town|away from',
  "vacation|(?:i am |i'm |i will be )?(?:on|out on) (?:\\w+ )?leave|(?:i am|i'm) (?:away|out of)",
  'automatische antwort|abwesenheit|automatische? afwezigheid|automatisch(?:e)? antwoord|afwezig',
  'automatisk svar|automatiskt svar|autosvar|frånvaro|fravær|automaattinen|poissa',
  "r[ée]ponse automatique|absen(?:ce|t)s? (?:du|de) bureau|message d[’']absence",
  'respuesta autom[áa]tica|fuera de (?:la )?oficina|ausen(?:te|cia)|risposta automatica|assenza|fuori sede',
  'resposta autom[áa]tica|fora d[oe] escrit[óo]rio|odpowiedź automatyczna|automatická odpov|automatikus válasz',
  'otomatik (?:yanıt|cevap)|автоответ|автоматический ответ|автоматична відповідь|вне офиса|нет на рабочем месте',
  '自動応答|自動返信|不在|自动回复|自动答复|自動回覆|休假|자동 ?(?:회신|응답)|부재중|ഓട്ടോമാറ്റിക് മറുപടി|സ്വയം മറുപടി|അവധിയി',
];
const SUBJECT = new RegExp(`^\\s*(?:(?:re|aw|sv|antw|fw)\\s?:\\s?)?\\[?(?:${HEADINGS.join('|')})`, 'i');
const FIELDS = ['x-autoreply', 'x-autorespond', 'x-autoreply-from', 'x-mail-autoreply', 'x-vacation'];

/**
 * True for a vacation answer or the like (RFC 3834). Bounces carry `Auto-Submitted: auto-replied`
 * too, so ask for those first.
 */
export function isAutoReply(headers: Headers): boolean {
  if (FIELDS.some((name) => headers.has(name) && headers.get(name)?.toLowerCase() !== 'no')) return true;
  if (/^\s*auto-(?:replied|notified)/i.test(headers.get('auto-submitted') ?? '')) return true;
  if (/^\s*auto_reply/i.test(headers.get('precedence') ?? '')) return true;
  if (/oof/i.test(headers.get('x-auto-response-suppress') ?? '') && headers.has('in-reply-to')) return true;
  return SUBJECT.test(readWords(headers.get('subject') ?? ''));
}
