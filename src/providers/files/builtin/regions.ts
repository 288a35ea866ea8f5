/** How long an app may believe the answer, in seconds. */
const ttl = 86_400

/**
 * What Qiniu answers apps that ask where to upload to, of which there is one place here.
 *
 * @returns undefined for other questions
 */
export function regionsAnswer(path: string, publicUrl: string): object | undefined {
  const { host } = new URL(publicUrl)
  if (path === "/v2/query") {
    const place = { main: [host], backup: [] }
    return { ttl, io: { src: { main: [host] } }, up: { acc: place, old_acc: place, src: place, old_src: place } }
  }
  if (path !== "/v4/query") return undefined
  const place = (domains: string[]) => ({ domains, old: [], acc_domains: [] })
  const up = place([host])
  const none = place([])
  const region = { region: "z0", ttl, features: {}, up, io: up, rs: none, rsf: none, api: none, uc: none }
  return { hosts: [{ ...region, s3: { region_alias: "", domains: [] } }] }
}
