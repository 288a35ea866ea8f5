import { type Audience, dismiss, gather } from "./audience.ts"
import type { Server } from "./process.ts"
import { type Account, bareAccounts, createRoom, mint, socketPath, startHelper, startOurs } from "./servers.ts"

/** A server with one room full of sockets, each of another account. */
export type FullRoom = { server: Server; audience: Audience; accounts: Account[] }

/** Both sides, ended together when they go out of scope. */
export type Pair = AsyncDisposable & { ours: FullRoom; bare: FullRoom }

/** Starts the product and a bare server side by side and fills a room of `count` sockets on each. */
export async function openRooms(folder: string, count: number, env: Record<string, string> = {}): Promise<Pair> {
  await using stack = new AsyncDisposableStack()
  const fill = async (server: Server, accounts: Account[], roomId: number): Promise<FullRoom> => {
    const paths = accounts.map((account) => socketPath(roomId, account))
    const audience = await gather(server.port, paths)
    stack.defer(() => dismiss(audience))
    return { server, audience, accounts }
  }
  const server = stack.use(await startOurs(folder, { env }))
  const bareServer = stack.use(await startHelper("bare.ts", folder, { env }))
  const accounts = await mint(folder, count)
  const [host] = accounts
  if (!host) throw new Error("a room needs a host")
  const ours = await fill(server, accounts, await createRoom(server, host))
  const bare = await fill(bareServer, bareAccounts(count), 1)
  const opened = stack.move()
  return { ours, bare, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}
