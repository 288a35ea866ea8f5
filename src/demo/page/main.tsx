import { render } from "preact"
import { App } from "./app.tsx"
import { locale, words } from "./language/language.ts"

document.documentElement.lang = locale
document.title = words.product

const page = document.getElementById("page")
if (page) render(<App />, page)
