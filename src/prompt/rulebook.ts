/** What rules.svelte.ts fetches: all that needs the words of captions and of prompts. */
export { enhance } from './enhance/enhance.ts'
export { read } from './enhance/read.ts'
export { lookOfFirst, writeShots } from './storyboard/carry.ts'
