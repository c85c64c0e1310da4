/** Files dropped anywhere on the page. */
export function takeDrops(take: (file: File) => void) {
  // Entering a child fires "enter" before the parent's "leave": only the count tells whether the pointer is still here.
  let depth = $state(0)
  const hasFile = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false
  return {
    get hovering() {
      return depth > 0
    },
    enter(event: DragEvent) {
      if (hasFile(event)) depth++
    },
    leave(event: DragEvent) {
      if (hasFile(event)) depth = Math.max(0, depth - 1)
    },
    over(event: DragEvent) {
      if (hasFile(event)) event.preventDefault()
    },
    drop(event: DragEvent) {
      if (!hasFile(event)) return
      event.preventDefault()
      depth = 0
      const file = event.dataTransfer?.files[0]
      if (file) take(file)
    },
  }
}
