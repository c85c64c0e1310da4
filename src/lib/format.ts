/** Numbers as a person reads them, in the language of the page. */
import { locale } from '../i18n/locale.svelte.ts'
import { m } from '../i18n/paraglide/messages.js'

export const number = (value: number, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale(), options).format(value)

/** Making one takes longer than all else in a frame's timecode. */
const formats = new Map<string, Intl.NumberFormat>()

/** 1.5 → "1.50", or "1,50" */
export function fixed(value: number, digits: number): string {
  const key = `${locale()} ${digits}`
  const format = formats.get(key) ?? new Intl.NumberFormat(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits })
  formats.set(key, format)
  return format.format(value)
}

/** 8388608 → "8.4 MB" */
export function bytes(count: number): string {
  const [unit, size] = count >= 1e6 ? ['megabyte', 1e6] : ['kilobyte', 1e3]
  return number(count / Number(size), { style: 'unit', unit: String(unit), maximumFractionDigits: count >= 1e7 ? 0 : 1 })
}

/** 4200 → "4 s", 95000 → "2 min": rounded up, because a wait that ends early annoys nobody. */
export function wait(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000))
  return seconds < 90 ? m.seconds({ n: number(seconds, {}) }) : m.minutes({ n: number(Math.ceil(seconds / 60), {}) })
}

/** 7312 → "7.3 s" */
export function took(ms: number): string {
  return ms < 90_000 ? m.seconds({ n: number(ms / 1000, { maximumFractionDigits: 1 }) }) : wait(ms)
}

/** “a.mp4”, “b.mp4” */
export function inQuotes(names: readonly string[]): string {
  return names.map((name) => `“${name}”`).join(', ')
}
