export const OFFERED = [
  ...[
    'Asia/Kolkata',
    'Asia/Dubai',
    'Asia/Riyadh',
    'Asia/Qatar',
    'Asia/Kuwait',
    'Asia/Muscat',
    'Asia/Bahrain',
  ],
  ...['Asia/Singapore', 'Asia/Tokyo', 'Australia/Sydney', 'Europe/London', 'Europe/Berlin'],
  ...['America/New_York', 'America/Chicago', 'America/Los_Angeles', 'UTC'],
];

/** A zone as people read it. */
export const zoneName = (zone: string): string => zone.replaceAll('_', ' ').replaceAll('/', ' · ');

/** Zones to choose from: where people of Kerala live, and the one that is chosen. */
export const zoneOptions = (chosen: string | null) =>
  [...new Set([...OFFERED, ...(chosen ? [chosen] : [])])].map((value) => ({
    ...{ value, selected: value === chosen },
    text: zoneName(value),
  }));
