/** Short messages with a way on. Each stays until dismissed, acted on, or its time is over. */
export interface NoticeAction {
  label: () => string
  run: () => void
}

export interface Notice {
  id: number
  tone: 'error' | 'info'
  text: () => string
  detail?: string
  actions: NoticeAction[]
}

/** Long enough to read and to reach "Undo" by keyboard. */
const INFO_MS = 12_000

export class Notices {
  list = $state.raw<Notice[]>([])
  #next = 1

  /** Shows a message until it is dismissed or something else goes wrong. */
  error(text: () => string, actions: NoticeAction[], detail?: string): void {
    this.clearErrors()
    this.#add({ tone: 'error', text, actions, ...(detail ? { detail } : {}) })
  }

  /** Shows a message for a while. */
  info(text: () => string, actions: NoticeAction[] = []): void {
    const id = this.#add({ tone: 'info', text, actions })
    setTimeout(() => this.dismiss(id), INFO_MS)
  }

  /** Shows a message until it is dismissed or acted on. */
  offer(text: () => string, actions: NoticeAction[] = []): void {
    this.#add({ tone: 'info', text, actions })
  }

  clearErrors(): void {
    this.list = this.list.filter((notice) => notice.tone !== 'error')
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id)
  }

  #add(notice: Omit<Notice, 'id'>): number {
    const id = this.#next++
    this.list = [...this.list, { ...notice, id }].slice(-3)
    return id
  }
}
