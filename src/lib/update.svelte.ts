/**
 * A newer Kinora, fetched in the background by the service worker. It takes over when the person asks for it: never by itself, never under
 * something that runs or is not kept, and never while another tab still shows the older one, whose parts would go away under it.
 */

/** How often a page that stays open looks for a newer one, ms. */
const LOOK_MS = 3600_000

/** What the page says to a waiting service worker, and what that answers when it may not (workers/offline/service-worker.ts). */
const TAKE_OVER = 'take over'
const OTHERS = 'other tabs'

export interface UpdateHost {
  /** Whether something would be lost if the page were loaded again now. */
  busy: () => boolean
  /** A newer version is there; `take` asks for it. */
  onReady: (take: () => void) => void
  /** It was asked for, and comes when nothing is busy any more. */
  onLater: () => void
  /** Other tabs show the older one; `take` asks again. */
  onOthers: (take: () => void) => void
}

export class Update {
  /** The person asked for the newer one. */
  wanted = $state(false)
  readonly #host: UpdateHost
  readonly #container: ServiceWorkerContainer | undefined
  #offered: ServiceWorker | undefined

  constructor(host: UpdateHost, container: ServiceWorkerContainer | undefined = globalThis.navigator?.serviceWorker) {
    this.#host = host
    this.#container = container
  }

  /** Lets the newer version take over if that is wanted and nothing is busy. */
  async settle(): Promise<void> {
    if (!this.wanted || this.#host.busy()) return
    const registration = await this.#container?.getRegistration()
    registration?.waiting?.postMessage(TAKE_OVER)
  }

  /** Looks for a newer version from now on. */
  watch(): void {
    const container = this.#container
    if (!container) return
    void container.ready.then((registration) => {
      this.#offer(registration, container)
      registration.addEventListener('updatefound', () => {
        const found = registration.installing
        found?.addEventListener('statechange', () => this.#offer(registration, container))
      })
      let looked = performance.now()
      document.addEventListener('visibilitychange', () => {
        if (document.hidden || performance.now() - looked < LOOK_MS) return
        looked = performance.now()
        // Without a network there is none.
        registration.update().catch(() => undefined)
      })
    })
    container.addEventListener('message', ({ data }) => {
      if (data !== OTHERS) return
      this.wanted = false
      this.#host.onOthers(this.#take)
    })
    // The first one takes over at the first visit as well, which nobody asked for.
    container.addEventListener('controllerchange', () => this.wanted && location.reload())
  }

  #offer({ waiting }: ServiceWorkerRegistration, { controller }: ServiceWorkerContainer): void {
    if (!waiting || !controller || waiting === this.#offered) return
    this.#offered = waiting
    this.#host.onReady(this.#take)
  }

  readonly #take = (): void => {
    this.wanted = true
    if (this.#host.busy()) this.#host.onLater()
  }
}
