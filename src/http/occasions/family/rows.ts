import { formatAmount, formatDay, type Language, translate } from '../../../i18n.ts';
import type { FamilyGift } from '../../../pages/occasions/gifts.ts';
import type { Keeper } from '../../../pages/occasions/keepers.ts';
import { hidden } from '../make/contact.ts';

/** A gift as its family sees it. */
export function giftRow(gift: FamilyGift, { home, language }: { home: string; language: Language }) {
  const { id, name, message, amount, at, hiddenAt, thankedAt, thanks } = gift;
  return {
    ...{ id, message: message ?? '', amount: formatAmount(amount), day: formatDay(at, language) },
    name: name ?? translate(language, 'family.gift.anonymous'),
    ...{ isHidden: hiddenAt !== null, thanked: thankedAt !== null, thanks: thanks ?? '' },
    hiding: `${home}/gifts/${id}/hiding?lang=${language}`,
    thanking: `${home}/gifts/${id}/thanks?lang=${language}`,
  };
}

/** Somebody who answers for the page; how they are reached only as they know it themselves. */
export const keeperRow = (keeper: Keeper, self: Keeper) => ({
  ...{ name: keeper.name, contact: hidden(keeper), second: keeper.second },
  ...{ self: keeper.id === self.id, lost: keeper.lostAt !== null },
});
