import type { NewProject } from '../../src/pages/projects.ts';

/** Three projects of our own making. They tell of no real person, so that nobody's consent is needed. */
export const PROJECTS: NewProject[] = [
  {
    ...{ slug: 'wheels-for-the-way-to-school', theme: 'disability', district: 'Wayanad' },
    content: {
      en: {
        title: 'Wheels for the way to school',
        summary:
          'Forty children of the hills live too far from a road to reach a classroom. Two cars and their drivers bring them there and home again for a year.',
        story: [
          {
            type: 'text',
            text: 'In the hills the last kilometre is the longest. **A child who cannot walk it stays at home**, however near the school is on a map.',
          },
          { type: 'heading', text: 'What two cars can do' },
          {
            type: 'text',
            text: 'Each car makes two rounds in the morning and two in the afternoon. A helper rides along, and a ramp folds out of the back. The drivers are from the villages, and know every turn.',
          },
          {
            type: 'numbers',
            rows: [
              { number: '40', words: 'children on the way each day' },
              { number: '2', words: 'cars with a ramp' },
              { number: '210', words: 'school days' },
            ],
          },
          {
            type: 'quote',
            text: 'The bell rings at nine. Nobody should hear it from home.',
            who: 'from the plan of the project',
          },
          { type: 'divider' },
          {
            type: 'text',
            text: 'The list of children is made with the schools and the panchayats, and looked over by the district officer.',
          },
        ],
        unreached: 'With less than the goal one car runs instead of two, for the children who live farthest.',
      },
      ml: {
        title: 'സ്കൂളിലേക്കുള്ള വഴിയിൽ ചക്രങ്ങൾ',
        summary:
          'മലമുകളിലെ നാല്പത് കുട്ടികൾക്ക് റോഡ് അകലെയാണ്, ക്ലാസ്മുറിയും. ഒരു വർഷത്തേക്ക് രണ്ടു വാഹനങ്ങൾ അവരെ സ്കൂളിലെത്തിച്ച് തിരികെ കൊണ്ടുവരും.',
        story: [
          {
            type: 'text',
            text: 'മലയിൽ അവസാനത്തെ ഒരു കിലോമീറ്ററാണ് ഏറ്റവും നീളമുള്ളത്. **അത് നടക്കാനാവാത്ത കുട്ടി വീട്ടിലിരിക്കും**, ഭൂപടത്തിൽ സ്കൂൾ എത്ര അടുത്തായാലും.',
          },
          { type: 'heading', text: 'രണ്ടു വാഹനങ്ങൾക്ക് ചെയ്യാവുന്നത്' },
          {
            type: 'text',
            text: 'ഓരോ വാഹനവും രാവിലെയും വൈകിട്ടും രണ്ടുവട്ടം ഓടും. സഹായി ഒപ്പമുണ്ടാകും; പിന്നിൽനിന്ന് റാംപ് നിവർത്താം. ഡ്രൈവർമാർ ആ നാട്ടുകാർ തന്നെ, ഓരോ വളവും അറിയുന്നവർ.',
          },
          {
            type: 'numbers',
            rows: [
              { number: '40', words: 'കുട്ടികൾ ദിവസവും' },
              { number: '2', words: 'റാംപുള്ള വാഹനങ്ങൾ' },
              { number: '210', words: 'സ്കൂൾ ദിനങ്ങൾ' },
            ],
          },
          { type: 'quote', text: 'മണി ഒമ്പതിന് മുഴങ്ങും. ആരും അത് വീട്ടിലിരുന്ന് കേൾക്കരുത്.', who: 'പദ്ധതിരേഖയിൽനിന്ന്' },
          { type: 'divider' },
          { type: 'text', text: 'കുട്ടികളുടെ പട്ടിക സ്കൂളുകളും പഞ്ചായത്തുകളും ചേർന്നുണ്ടാക്കും; ജില്ലാ ഓഫീസർ പരിശോധിക്കും.' },
        ],
        unreached: 'ലക്ഷ്യം നേടിയില്ലെങ്കിൽ രണ്ടിനു പകരം ഒരു വാഹനം ഓടും, ഏറ്റവും അകലെയുള്ള കുട്ടികൾക്കായി.',
      },
      ...{ cover: null, consents: [], goal: { amount: '60000000', capped: false, until: null, unit: null } },
      costs: [
        {
          amount: '36000000',
          words: { en: 'Two drivers and two helpers for a year', ml: 'രണ്ടു ഡ്രൈവർമാരും രണ്ടു സഹായികളും, ഒരു വർഷം' },
        },
        { amount: '18000000', words: { en: 'Fuel and service', ml: 'ഇന്ധനവും അറ്റകുറ്റപ്പണിയും' } },
        { amount: '6000000', words: { en: 'Two folding ramps', ml: 'മടക്കാവുന്ന രണ്ടു റാംപുകൾ' } },
      ],
      milestones: [
        { amount: '15000000', words: { en: 'The first car runs for a term', ml: 'ആദ്യ വാഹനം ഒരു പാദം ഓടും' } },
        {
          amount: '30000000',
          words: { en: 'The first car runs for the year', ml: 'ആദ്യ വാഹനം വർഷം മുഴുവൻ ഓടും' },
        },
        { amount: '60000000', words: { en: 'Both cars run for the year', ml: 'രണ്ടു വാഹനങ്ങളും വർഷം മുഴുവൻ ഓടും' } },
      ],
      suggestions: [
        {
          amount: '50000',
          words: { en: 'a child’s way to school for a week', ml: 'ഒരു കുട്ടിയുടെ ഒരാഴ്ചത്തെ യാത്ര' },
        },
        { amount: '150000', words: { en: 'a month of a child’s way', ml: 'ഒരു കുട്ടിയുടെ ഒരു മാസത്തെ യാത്ര' } },
        { amount: '1500000', words: { en: 'a child’s way for a year', ml: 'ഒരു കുട്ടിയുടെ ഒരു വർഷത്തെ യാത്ര' } },
      ],
    },
  },
  {
    ...{ slug: 'a-nurse-at-the-door', theme: 'illness', district: 'Alappuzha' },
    content: {
      en: {
        title: 'A nurse at the door',
        summary:
          'Between the canals many who cannot leave their bed live a boat ride away from any clinic. A nurse in a boat visits them twice a week.',
        story: [
          {
            type: 'text',
            text: 'For somebody in bed the clinic is on the other side of the water. So the clinic comes: **a nurse, a boat, a bag** with dressings and medicine.',
          },
          { type: 'heading', text: 'What is in the bag' },
          {
            type: 'text',
            text: 'Dressings and catheters, medicine against pain as the doctor has written it, a mattress that lets the skin rest. And time: nobody is visited for less than half an hour.',
          },
          {
            type: 'numbers',
            rows: [
              { number: '60', words: 'homes on the round' },
              { number: '2', words: 'visits a week' },
            ],
          },
        ],
        unreached: 'What was given pays for visits as long as it lasts, those in most pain first.',
      },
      ml: {
        title: 'വാതിൽക്കലൊരു നഴ്സ്',
        summary:
          'കായലുകൾക്കിടയിൽ കിടപ്പിലായ പലർക്കും ചികിത്സാകേന്ദ്രത്തിലെത്താൻ വഞ്ചി വേണം. ആഴ്ചയിൽ രണ്ടുതവണ ഒരു നഴ്സ് വഞ്ചിയിൽ അവരുടെ വീട്ടിലെത്തും.',
        story: [
          {
            type: 'text',
            text: 'കിടപ്പിലായ ഒരാൾക്ക് ചികിത്സാകേന്ദ്രം വെള്ളത്തിനക്കരെയാണ്. അതിനാൽ അത് ഇങ്ങോട്ടു വരും: **ഒരു നഴ്സ്, ഒരു വഞ്ചി, ഒരു സഞ്ചി** നിറയെ മരുന്നും.',
          },
          { type: 'heading', text: 'സഞ്ചിയിലുള്ളത്' },
          {
            type: 'text',
            text: 'മുറിവു കെട്ടാനുള്ളവ, കത്തീറ്റർ, ഡോക്ടർ കുറിച്ച വേദനസംഹാരികൾ, പുണ്ണു വരാതിരിക്കാൻ മെത്ത. പിന്നെ സമയവും: അര മണിക്കൂറിൽ കുറഞ്ഞ സന്ദർശനമില്ല.',
          },
          {
            type: 'numbers',
            rows: [
              { number: '60', words: 'വീടുകൾ' },
              { number: '2', words: 'സന്ദർശനം ആഴ്ചയിൽ' },
            ],
          },
        ],
        unreached: 'കിട്ടിയ തുക തീരുംവരെ സന്ദർശനം നടത്തും, വേദന കൂടുതലുള്ളവരെ ആദ്യം.',
      },
      ...{
        cover: null,
        consents: [],
        goal: { amount: '30000000', capped: true, until: '2027-03-31', unit: null },
      },
      costs: [
        { amount: '21000000', words: { en: 'A nurse for a year', ml: 'ഒരു നഴ്സ്, ഒരു വർഷം' } },
        { amount: '5000000', words: { en: 'Boat and fuel', ml: 'വഞ്ചിയും ഇന്ധനവും' } },
        { amount: '4000000', words: { en: 'Dressings and medicine', ml: 'മരുന്നും മറ്റും' } },
      ],
      milestones: [
        {
          amount: '15000000',
          words: { en: 'Thirty homes are visited for a year', ml: 'മുപ്പതു വീടുകളിൽ ഒരു വർഷം സന്ദർശനം' },
        },
      ],
      suggestions: [
        { amount: '30000', words: { en: 'a visit', ml: 'ഒരു സന്ദർശനം' } },
        { amount: '250000', words: { en: 'a month of visits to a home', ml: 'ഒരു വീട്ടിൽ ഒരു മാസത്തെ സന്ദർശനം' } },
      ],
    },
  },
  {
    ...{ slug: 'a-month-of-meals', theme: 'elderly', district: null },
    content: {
      en: {
        title: 'A month of meals',
        summary:
          'Four hundred elderly people who live alone and cannot cook any more get a warm meal every noon for a month.',
        story: [
          {
            type: 'text',
            text: 'The kitchens are there: those of the schools stand idle in the holidays, and Kudumbashree units know how to cook for many. **What is missing is the rice, and somebody who carries it to the door.**',
          },
          {
            type: 'text',
            text: 'Whoever brings the meal also looks whether all is well, and tells the health worker if it is not.',
          },
        ],
        unreached: 'Each ₹1,500 feeds one person for a month, however many there are.',
      },
      ml: {
        title: 'ഒരു മാസത്തെ ഊണ്',
        summary: 'തനിച്ചു താമസിക്കുന്ന, പാചകം ചെയ്യാനാവാത്ത നാനൂറ് വയോജനങ്ങൾക്ക് ഒരു മാസം ഉച്ചയ്ക്ക് ചൂടുള്ള ഊണ്.',
        story: [
          {
            type: 'text',
            text: 'അടുക്കളകളുണ്ട്: അവധിക്കാലത്ത് സ്കൂളുകളിലേത് വെറുതെ കിടക്കുന്നു; പലർക്കായി പാചകം ചെയ്യാൻ കുടുംബശ്രീ യൂണിറ്റുകൾക്കറിയാം. **വേണ്ടത് അരിയും, അത് വാതിൽക്കലെത്തിക്കാൻ ഒരാളും.**',
          },
          { type: 'text', text: 'ഊണുമായി വരുന്നയാൾ സുഖവിവരവും അന്വേഷിക്കും; വേണ്ടിവന്നാൽ ആരോഗ്യപ്രവർത്തകരെ അറിയിക്കും.' },
        ],
        unreached: 'ഓരോ ₹1,500-ഉം ഒരാൾക്ക് ഒരു മാസത്തെ ഊണാകും, എത്ര പേരായാലും.',
      },
      ...{ cover: null, consents: [] },
      goal: {
        ...{ amount: '60000000', capped: false, until: null },
        unit: {
          cost: '150000',
          one: { en: 'person fed for a month', ml: 'ഒരാൾക്ക് ഒരു മാസത്തെ ഊണ്' },
          many: { en: 'people fed for a month', ml: 'പേർക്ക് ഒരു മാസത്തെ ഊണ്' },
        },
      },
      ...{
        costs: [],
        milestones: [{ amount: '15000000', words: { en: 'A hundred people are fed', ml: 'നൂറു പേർക്ക് ഊണ്' } }],
      },
      suggestions: [
        { amount: '5000', words: { en: 'a meal', ml: 'ഒരു നേരത്തെ ഊണ്' } },
        { amount: '150000', words: { en: 'a month for one person', ml: 'ഒരാൾക്ക് ഒരു മാസം' } },
        { amount: '450000', words: { en: 'a month for three', ml: 'മൂന്നു പേർക്ക് ഒരു മാസം' } },
      ],
    },
  },
];

/** A sponsor that there is not. */
export const OFFER = {
  sponsor: { en: 'A sponsor for practice', ml: 'പരിശീലനത്തിനായുള്ള സ്പോൺസർ' },
  ...{ percent: 100, amount: '10000000', from: null, until: null },
};

export const UPDATE = {
  en: {
    title: 'The round is planned',
    text: 'With the schools and the panchayats we have drawn the two rounds. The first car is being fitted with its ramp.\n\nAs soon as it runs, we tell here how the first week went.',
  },
  ml: {
    title: 'യാത്രാവഴി തയ്യാറായി',
    text: 'സ്കൂളുകളും പഞ്ചായത്തുകളും ചേർന്ന് രണ്ടു വഴികൾ വരച്ചു. ആദ്യ വാഹനത്തിൽ റാംപ് പിടിപ്പിക്കുകയാണ്.\n\nഓടിത്തുടങ്ങിയാൽ ആദ്യ ആഴ്ചയുടെ വിശേഷം ഇവിടെ അറിയിക്കാം.',
  },
};
