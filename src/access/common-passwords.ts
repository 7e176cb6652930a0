/**
 * Passwords of twelve characters and more that lists of stolen ones are full of, without their digits and
 * signs at both ends. Repetitions and rows of keys are found by rule.
 */
export const COMMON = new Set(
  [
    ...['password', 'passwordpassword', 'mypassword', 'thisismypassword', 'newpassword', 'changeme'],
    ...['changeit', 'letmein', 'letmeinplease', 'welcome', 'welcometo', 'administrator', 'superadmin'],
    ...['adminadmin', 'rootroot', 'qwertyuiop', 'qwertyuiopasdfghjkl', 'qwertyuiopasdfghjklzxcvbnm'],
    ...['asdfghjkl', 'asdfghjklzxcvbnm', 'zxcvbnm', 'qazwsxedcrfv', 'qazwsxedcrfvtgb', 'abcdefghijkl'],
    ...['iloveyou', 'iloveyousomuch', 'iloveindia', 'iloveyouforever', 'ilovekerala', 'indiaindia'],
    ...['keralakerala', 'godsowncountry', 'thiruvananthapuram', 'trivandrum', 'ernakulam', 'kozhikode'],
    ...['malayalam', 'governmentofkerala', 'keralagovernment', 'socialsecurity', 'socialsecuritymission'],
    ...['wecarewecare', 'wecare', 'wecareoutreach', 'kssmkssmkssm', 'correcthorsebatterystaple'],
    ...['trustno', 'sunshine', 'princess', 'football', 'footballfootball', 'cricket', 'manchesterunited'],
    ...['onetwothreefour', 'abcabcabcabc', 'test', 'testtesttest', 'testing', 'secret', 'secretpassword'],
    ...['temporary', 'temporarypassword', 'default', 'defaultpassword', 'computer', 'internet', 'mohanlal'],
  ].map((word) => word.toLowerCase()),
);
