import './lib/trusted.ts'
import '@fontsource-variable/bricolage-grotesque/opsz.css'
import './app.css'
import { mount } from 'svelte'
import App from './App.svelte'
import { exposeAutomation } from './lib/automation.ts'
import { keepFocus } from './lib/keepFocus.ts'
import { makingShown } from './lib/place.svelte.ts'
import { Studio } from './studio.svelte.ts'

const studio = new Studio()
exposeAutomation(studio, makingShown().then(() => studio.start()))

const target = document.getElementById('app')
keepFocus()
if (target) mount(App, { target, props: { studio } })
