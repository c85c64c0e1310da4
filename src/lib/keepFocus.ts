/**
 * Where the focus goes when the thing that has it disappears, is switched off, or changes its place: without this the browser gives it to the page, and
 * who works by keyboard begins again at its top.
 */

const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex="0"]'
/** As many things that had the focus are remembered. */
const TRAIL = 8

const usable = (element: Element) => element.isConnected && !element.matches(':disabled, [inert] *') && element.checkVisibility()

/** The first thing in `parent` that can be used, else its heading. */
function within(parent: Element): HTMLElement | undefined {
  return [...parent.querySelectorAll<HTMLElement>(FOCUSABLE), ...parent.querySelectorAll<HTMLElement>('[tabindex="-1"]')].find(usable)
}

/** Keeps the focus for as long as the page lives. */
export function keepFocus(): void {
  let last: HTMLElement | undefined
  /** What `last` was in, the innermost first. */
  let around: Element[] = []
  let trail: HTMLElement[] = []
  /** Got the focus from here while a key may still be held. */
  let given: HTMLElement | undefined

  addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement)) return
    last = target
    around = []
    for (let parent = target.parentElement; parent && !parent.matches('main, body, #app'); parent = parent.parentElement) around.push(parent)
    trail = [target, ...trail.filter((element) => element !== target)].slice(0, TRAIL)
  })
  // Who clicks beside everything lets go of it.
  addEventListener('pointerdown', () => (last = undefined), true)

  const restore = () => {
    if (!last || (document.activeElement !== document.body && document.activeElement !== last)) return
    if (document.activeElement === last && usable(last)) return
    const next = usable(last) ? last : (around.filter((parent) => parent.isConnected).map(within).find(Boolean) ?? trail.find(usable))
    given = next === last ? undefined : next
    next?.focus()
  }
  // Not before the key that made it disappear is done: the same Enter would press what gets the focus.
  let waiting: ReturnType<typeof setTimeout> | undefined
  const observer = new MutationObserver(() => {
    clearTimeout(waiting)
    waiting = setTimeout(restore)
  })
  observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled'] })

  // A key that is held must not press what came into the place of what it pressed.
  addEventListener('keydown', (event) => event.repeat && event.target === given && (event.key === 'Enter' || event.key === ' ') && event.preventDefault(), true)
  addEventListener('keyup', () => (given = undefined), true)
}
