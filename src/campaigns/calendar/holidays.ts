/** A holiday of Kerala. */
export interface Holiday {
  /** `2026-08-26` */
  day: string;
  en: string;
  ml: string;
  /** It goes by the moon or the stars: the day is expected, and may move by one or two. */
  moves: boolean;
}

const fixed = (day: string, en: string, ml: string): Holiday => ({ day, en, ml, moves: false });
const moving = (day: string, en: string, ml: string): Holiday => ({ day, en, ml, moves: true });

/**
 * Public holidays of Kerala as the almanacs have them for these years. The government's list, which
 * appears each autumn for the year to come, goes before it; add the next year when that is out.
 */
export const holidays: Holiday[] = [
  fixed('2026-01-02', 'Mannam Jayanthi', 'മന്നം ജയന്തി'),
  fixed('2026-01-26', 'Republic Day', 'റിപ്പബ്ലിക് ദിനം'),
  moving('2026-02-15', 'Maha Shivaratri', 'മഹാശിവരാത്രി'),
  moving('2026-03-20', 'Eid-ul-Fitr', 'ഈദുൽ ഫിത്ർ'),
  fixed('2026-04-02', 'Maundy Thursday', 'പെസഹാ വ്യാഴം'),
  fixed('2026-04-03', 'Good Friday', 'ദുഃഖവെള്ളി'),
  fixed('2026-04-05', 'Easter', 'ഈസ്റ്റർ'),
  fixed('2026-04-14', 'Ambedkar Jayanthi', 'അംബേദ്കർ ജയന്തി'),
  fixed('2026-04-15', 'Vishu', 'വിഷു'),
  fixed('2026-05-01', 'May Day', 'മേയ് ദിനം'),
  moving('2026-05-27', 'Bakrid', 'ബക്രീദ്'),
  moving('2026-06-26', 'Muharram', 'മുഹറം'),
  moving('2026-08-12', 'Karkidaka Vavu', 'കർക്കടക വാവ്'),
  fixed('2026-08-15', 'Independence Day', 'സ്വാതന്ത്ര്യദിനം'),
  moving('2026-08-25', 'First Onam', 'ഒന്നാം ഓണം'),
  moving('2026-08-25', 'Milad-i-Sherif', 'നബിദിനം'),
  moving('2026-08-26', 'Thiruvonam', 'തിരുവോണം'),
  moving('2026-08-27', 'Third Onam', 'മൂന്നാം ഓണം'),
  moving('2026-08-28', 'Fourth Onam, Sree Narayana Guru Jayanthi', 'നാലാം ഓണം, ശ്രീനാരായണ ഗുരു ജയന്തി'),
  fixed('2026-08-28', 'Ayyankali Jayanthi', 'അയ്യങ്കാളി ജയന്തി'),
  moving('2026-09-04', 'Sree Krishna Jayanthi', 'ശ്രീകൃഷ്ണ ജയന്തി'),
  fixed('2026-09-21', 'Sree Narayana Guru Samadhi', 'ശ്രീനാരായണ ഗുരു സമാധി'),
  fixed('2026-10-02', 'Gandhi Jayanthi', 'ഗാന്ധി ജയന്തി'),
  moving('2026-10-20', 'Mahanavami', 'മഹാനവമി'),
  moving('2026-10-21', 'Vijayadasami', 'വിജയദശമി'),
  moving('2026-11-08', 'Deepavali', 'ദീപാവലി'),
  fixed('2026-12-25', 'Christmas', 'ക്രിസ്മസ്'),
  fixed('2027-01-02', 'Mannam Jayanthi', 'മന്നം ജയന്തി'),
  fixed('2027-01-26', 'Republic Day', 'റിപ്പബ്ലിക് ദിനം'),
  moving('2027-03-06', 'Maha Shivaratri', 'മഹാശിവരാത്രി'),
  moving('2027-03-10', 'Eid-ul-Fitr', 'ഈദുൽ ഫിത്ർ'),
  fixed('2027-03-25', 'Maundy Thursday', 'പെസഹാ വ്യാഴം'),
  fixed('2027-03-26', 'Good Friday', 'ദുഃഖവെള്ളി'),
  fixed('2027-03-28', 'Easter', 'ഈസ്റ്റർ'),
  fixed('2027-04-14', 'Ambedkar Jayanthi', 'അംബേദ്കർ ജയന്തി'),
  fixed('2027-04-15', 'Vishu', 'വിഷു'),
  fixed('2027-05-01', 'May Day', 'മേയ് ദിനം'),
  moving('2027-05-17', 'Bakrid', 'ബക്രീദ്'),
  moving('2027-06-15', 'Muharram', 'മുഹറം'),
  moving('2027-08-02', 'Karkidaka Vavu', 'കർക്കടക വാവ്'),
  moving('2027-08-14', 'Milad-i-Sherif', 'നബിദിനം'),
  fixed('2027-08-15', 'Independence Day', 'സ്വാതന്ത്ര്യദിനം'),
  moving('2027-08-25', 'Sree Krishna Jayanthi', 'ശ്രീകൃഷ്ണ ജയന്തി'),
  fixed('2027-08-28', 'Ayyankali Jayanthi', 'അയ്യങ്കാളി ജയന്തി'),
  moving('2027-09-11', 'First Onam', 'ഒന്നാം ഓണം'),
  moving('2027-09-12', 'Thiruvonam', 'തിരുവോണം'),
  moving('2027-09-13', 'Third Onam', 'മൂന്നാം ഓണം'),
  moving('2027-09-14', 'Fourth Onam, Sree Narayana Guru Jayanthi', 'നാലാം ഓണം, ശ്രീനാരായണ ഗുരു ജയന്തി'),
  fixed('2027-09-21', 'Sree Narayana Guru Samadhi', 'ശ്രീനാരായണ ഗുരു സമാധി'),
  fixed('2027-10-02', 'Gandhi Jayanthi', 'ഗാന്ധി ജയന്തി'),
  moving('2027-10-08', 'Mahanavami', 'മഹാനവമി'),
  moving('2027-10-09', 'Vijayadasami', 'വിജയദശമി'),
  moving('2027-10-28', 'Deepavali', 'ദീപാവലി'),
  fixed('2027-12-25', 'Christmas', 'ക്രിസ്മസ്'),
];

/** Those of one day of Kerala's calendar. */
export const holidaysOn = (day: string): Holiday[] => holidays.filter((one) => one.day === day);
