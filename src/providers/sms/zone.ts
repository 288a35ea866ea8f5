/** Country calling codes of one and two digits (ITU-T E.164); every other one has three. */
const shortZones = /^(1|7|20|27|3[0-4]|36|39|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/

/** A phone as it is kept, in a country's calling code and the number within it. */
export function zoneOf(tel: string): { zone: string; national: string } {
  if (!tel.startsWith("+")) return { zone: "86", national: tel }
  const digits = tel.slice(1)
  const zone = shortZones.exec(digits)?.[0] ?? digits.slice(0, 3)
  return { zone, national: digits.slice(zone.length) }
}
