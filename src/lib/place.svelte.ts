/** Which of the page's places is shown, by its address: `#packs`, `#verify`, `#learn`, or the studio. The browser's Back goes between them. */

const PLACES = ['packs', 'verify', 'learn'] as const
export type Place = (typeof PLACES)[number] | 'studio'

const placeOf = (hash: string): Place => PLACES.find((place) => hash === `#${place}`) ?? 'studio'

let current = $state<Place>(placeOf(location.hash))
addEventListener('hashchange', () => (current = placeOf(location.hash)))

export function place(): Place {
  return current
}

/** Resolves once the studio is shown: whoever only checks a file need not load the model. */
export function studioShown(): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (placeOf(location.hash) !== 'studio') return
      removeEventListener('hashchange', look)
      resolve()
    }
    addEventListener('hashchange', look)
    look()
  })
}
