/** Which of the page's places is shown, by its address: `#storyboard`, `#live`, `#cameo`, `#packs`, `#verify`, `#learn`, or the studio. The browser's Back goes between them. */

const PLACES = ['storyboard', 'live', 'cameo', 'packs', 'verify', 'learn'] as const
export type Place = (typeof PLACES)[number] | 'studio'

const placeOf = (hash: string): Place => PLACES.find((place) => hash === `#${place}`) ?? 'studio'

let current = $state<Place>(placeOf(location.hash))
addEventListener('hashchange', () => (current = placeOf(location.hash)))

export function place(): Place {
  return current
}

/** Resolves once a place is shown where films are made: whoever only checks a file need not load the model. */
export function makingShown(): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!['studio', 'storyboard', 'live'].includes(placeOf(location.hash))) return
      removeEventListener('hashchange', look)
      resolve()
    }
    addEventListener('hashchange', look)
    look()
  })
}
