import { words } from "./language/language.ts"

export const Footer = () => (
  <footer class="footer">
    <p>{words.footer}</p>
    <a href="licences.txt">{words.licences}</a>
  </footer>
)
