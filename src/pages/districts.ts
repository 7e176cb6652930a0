/** The districts of Kerala, from north to south, as contacts have them. */
export const districts = [
  ...(['Kasaragod', 'Kannur', 'Wayanad', 'Kozhikode', 'Malappuram', 'Palakkad', 'Thrissur'] as const),
  ...(['Ernakulam', 'Idukki', 'Kottayam', 'Alappuzha', 'Pathanamthitta', 'Kollam'] as const),
  'Thiruvananthapuram' as const,
];
