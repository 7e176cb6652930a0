const OFFERED = [
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

/** Zones to choose from: where people of Kerala live, and the one that is chosen. */
export const zoneOptions = (chosen: string) =>
  [...new Set([...OFFERED, chosen])].map((value) => ({
    ...{ value, selected: value === chosen },
    text: value.replaceAll('_', ' ').replaceAll('/', ' · '),
  }));
