import { type PasswordFault, passwordFault } from '../../../access/passwords.ts';
import type { Form } from '../../form.ts';

/** What is wrong with the two fields of a new password, as the partial of the same name shows it. */
export interface PasswordWrong {
  password: PasswordFault | null;
  again: boolean;
}

export const NOTHING_WRONG: PasswordWrong = { password: null, again: false };

/** Reads a new password that was typed twice. */
export function checkNewPassword(form: Form, person: { email: string; name: string }): PasswordWrong {
  const password = passwordFault(form.text('password'), person);
  return { password, again: !password && form.text('password') !== form.text('again') };
}

export const isWrong = ({ password, again }: PasswordWrong): boolean => password !== null || again;

/** For the partial: which message, by the last part of its key. */
export const passwordData = ({ password, again }: PasswordWrong) => ({
  wrongPassword: password,
  wrongAgain: again,
  passwordWords: 'access-password',
});
