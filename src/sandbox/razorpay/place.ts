import type { Request } from 'express';

/** Where everything of the stand-in lives, on whichever server. */
export const ROOT = '/razorpay';

/** Address of the stand-in as this request reached it: `http://127.0.0.1:3001/razorpay`. */
export const placeOf = (req: Request): string => `${req.protocol}://${req.get('host')}${ROOT}`;
