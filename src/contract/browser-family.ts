type Named = readonly [sign: RegExp, name: string]

/** The first that fits: browsers also give the names of those that they are made like. */
const BROWSERS: readonly Named[] = [
  [/\bEdgA?\/|\bEdgiOS\//, 'Edge'],
  [/\bOPR\/|\bOpera\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChrome\/|\bCriOS\/|\bChromium\//, 'Chrome'],
  [/\bVersion\/\d.*\bSafari\//, 'Safari'],
]
const SYSTEMS: readonly Named[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMacintosh\b/, 'Mac'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

const nameIn = (named: readonly Named[], text: string): string | undefined =>
  named.find(([sign]) => sign.test(text))?.[1]

/** No browser says more of itself; what does is not read to its end. */
const READ_MAX = 1_000

/** `Firefox · Windows`: what people know of their browser. `null`: it is none that is known. */
export function browserFamily(userAgent: string): string | null {
  const text = userAgent.slice(0, READ_MAX)
  const parts = [nameIn(BROWSERS, text), nameIn(SYSTEMS, text)]
  const known = parts.filter((part) => part !== undefined)
  return known.length === 0 ? null : known.join(' · ')
}
