/** Of what the names of a made-up state are put together. */
export const GIVEN = [
  ...['Ravi', 'Lakshmi', 'Thomas', 'Mary', 'Abdul', 'Fathima', 'Suresh', 'Anitha', 'Joseph', 'Sreeja'],
  ...['Biju', 'Rema', 'Shaji', 'Deepa', 'Vinod', 'Asha', 'Rajesh', 'Bindu', 'Manoj', 'Latha'],
  ...['Gopan', 'Nisha', 'Prakash', 'Usha', 'George', 'Annamma', 'Hameed', 'Safiya', 'Unni', 'Meera'],
];
export const FAMILY = [
  ...['Menon', 'Nair', 'Pillai', 'Kurian', 'Varghese', 'Mathew', 'Beevi', 'Koya', 'Kumar', 'Panicker'],
  ...['Namboothiri', 'Warrier', 'Chacko', 'Haji', 'Das', 'Thampi', 'Kurup', 'Marar', 'Devi', 'Philip'],
];
export const GIVEN_ML = [
  ...['രവി', 'ലക്ഷ്മി', 'തോമസ്', 'മേരി', 'അബ്ദുൾ', 'ഫാത്തിമ', 'സുരേഷ്', 'അനിത', 'ജോസഫ്', 'ശ്രീജ'],
  ...['ബിജു', 'രമ', 'ഷാജി', 'ദീപ', 'വിനോദ്', 'ആശ', 'രാജേഷ്', 'ബിന്ദു', 'മനോജ്', 'ലത'],
  ...['ഗോപൻ', 'നിഷ', 'പ്രകാശ്', 'ഉഷ', 'ജോർജ്', 'അന്നമ്മ', 'ഹമീദ്', 'സഫിയ', 'ഉണ്ണി', 'മീര'],
];
export const FAMILY_ML = [
  ...['മേനോൻ', 'നായർ', 'പിള്ള', 'കുര്യൻ', 'വർഗീസ്', 'മാത്യു', 'ബീവി', 'കോയ', 'കുമാർ', 'പണിക്കർ'],
  ...['നമ്പൂതിരി', 'വാര്യർ', 'ചാക്കോ', 'ഹാജി', 'ദാസ്', 'തമ്പി', 'കുറുപ്പ്', 'മാരാർ', 'ദേവി', 'ഫിലിപ്പ്'],
];
export const PLACES = [
  ...['Alappuzha', 'Ernakulam', 'Idukki', 'Kannur', 'Kasaragod', 'Kollam', 'Kottayam', 'Kozhikode'],
  ...['Malappuram', 'Palakkad', 'Pathanamthitta', 'Thiruvananthapuram', 'Thrissur', 'Wayanad'],
];
export const MAIL_DOMAINS = [
  'mail.example',
  'post.example',
  'kerala.example',
  'office.example',
  'web.example',
];

export const ORGANISATIONS = ['Traders', 'Textiles', 'Co-operative', 'Reading Club', 'Charitable Trust'];

/** Each kind as often as here, in a thousand; the rest are individuals. */
export const KINDS = [
  ...Array<string>(30).fill('corporate'),
  ...Array<string>(30).fill('society'),
  ...Array<string>(12).fill('local_body'),
  ...Array<string>(8).fill('foundation'),
  ...Array<string>(6).fill('department'),
  ...['celebrity', 'endowment', 'agency'],
];

export const EFFORTS = [
  ...['Home care', 'Hearing aids', 'Onam appeal', 'Monsoon relief', 'Snehasparsham', 'Wheelchairs'],
  ...['Palliative nurses', 'School kits', 'Vayomithram', 'Thank you', 'Year end', 'Karunya day'],
];
