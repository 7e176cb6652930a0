/** What the newsletter of the demonstration is called. */
export const NEWS_WORDS = {
  en: {
    title: 'Care News',
    description: 'What your gifts do in Kerala, week by week. A short mail on one day.',
  },
  ml: {
    title: 'പരിചരണ വാർത്തകൾ',
    description: 'നിങ്ങളുടെ സംഭാവന കേരളത്തിൽ എന്തു ചെയ്യുന്നു, ആഴ്ചതോറും. ആഴ്ചയിൽ ഒരു ചെറിയ ഇമെയിൽ.',
  },
};

/** Its first edition; people and places are made up. */
export const STORIES = [
  {
    link: 'https://wecare.example/news/home-care',
    words: {
      en: {
        title: 'Home care reaches the hills',
        text: 'Two nurses began their rounds where the nearest hospital is an hour away by jeep. **Three days a week** they come to the houses, with medicine, a blood pressure cuff and time for a cup of tea.',
      },
      ml: {
        title: 'വീട്ടിലെ പരിചരണം മലയോരത്തും',
        text: 'ആശുപത്രിയിലെത്താൻ ജീപ്പിൽ ഒരു മണിക്കൂർ വേണ്ട മലയോരത്ത് രണ്ട് നഴ്സുമാർ ജോലി തുടങ്ങി. **ആഴ്ചയിൽ മൂന്നു ദിവസം** മരുന്നും ഒരു കപ്പ് ചായയ്ക്കുള്ള സമയവുമായി അവർ വീടുകളിലെത്തും.',
      },
    },
  },
  {
    link: 'https://wecare.example/news/hearing-aids',
    words: {
      en: {
        title: 'Hearing aids for forty children',
        text: 'The children chose the colours themselves. Orange won, by one vote, after a recount.',
      },
      ml: {
        title: 'നാൽപ്പത് കുട്ടികൾക്ക് ശ്രവണസഹായി',
        text: 'നിറം തിരഞ്ഞെടുത്തത് കുട്ടികൾ തന്നെ. വീണ്ടും എണ്ണിയപ്പോൾ ഒരു വോട്ടിന് ഓറഞ്ച് ജയിച്ചു.',
      },
    },
  },
  {
    link: 'https://wecare.example/news/walk',
    words: {
      en: {
        title: 'A walk in December',
        text: 'On 3 December schools in every district walk together. Come along.',
      },
      ml: {
        title: 'ഡിസംബറിൽ ഒരു നടത്തം',
        text: 'ഡിസംബർ 3-ന് എല്ലാ ജില്ലകളിലെയും സ്കൂളുകൾ ഒരുമിച്ചു നടക്കുന്നു. കൂടെ വരൂ.',
      },
    },
  },
];
