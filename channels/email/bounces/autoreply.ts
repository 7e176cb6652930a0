import { type Headers, readWords } from './read.ts';

const SUBJECT =
  /^\s*(?:(?:re|aw|sv|antw|fw)\s?:\s?)?\[?(?:auto(?:matic)?[ -]?(?:reply|response|respond|antwort|: )|auto:|automatische antwort|automatische? afwezigheid|automatisk svar|automaattinen|out of (?:the )?office|out of town|away from|vacation|on leave|abwesenheit|réponse automatique|reponse automatique|respuesta automática|respuesta automatica|risposta automatica|resposta automática|odpowiedź automatyczna|автоответ|автоматический ответ|自動応答|自動返信|不在|自动回复|자동 ?회신)/i;
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
