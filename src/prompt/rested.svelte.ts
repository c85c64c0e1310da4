/** Half a word is no word that the model could know: what is said of a text waits until the typing rests. */
const REST_MS = 700

export class Rested {
  #text = $state('')

  /** Within a component, or another place that effects may stand in. */
  constructor(text: () => string) {
    $effect(() => {
      const now = text()
      const timer = setTimeout(() => (this.#text = now), REST_MS)
      return () => clearTimeout(timer)
    })
  }

  /** The text as it was when the typing last rested. */
  get text(): string {
    return this.#text
  }
}
