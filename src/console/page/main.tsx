import { render } from "preact"
import { locale } from "../../demo/page/language/language.ts"
import { App } from "./app.tsx"
import { words } from "./language/words.ts"

document.documentElement.lang = locale
document.title = words.product

const page = document.getElementById("page")
if (page) render(<App />, page)
