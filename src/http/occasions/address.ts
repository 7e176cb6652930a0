/** A page of a family, short enough to be read out. */
export const occasionPath = (code: string): string => `/o/${code}`;

/** Where one goes on with a page that is being made. @param token of links.ts, `draftToken` */
export const makingPath = (token: string, screen = 'who'): string => `/occasions/make/${token}/${screen}`;

/** The family's own view of its page. @param token of links.ts, `familyToken` */
export const familyPath = (token: string): string => `/family/${token}`;
