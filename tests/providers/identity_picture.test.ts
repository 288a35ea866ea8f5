import { expect, test } from "bun:test"
import { NotFetched } from "../../src/fetching/public_fetch.ts"
import { publicPictures } from "../../src/providers/identity/picture.ts"
import { pictures, startPictureHost } from "../support/fakes/picture_host.ts"

test("few pictures are in hand at once, and what is done with them counts", async () => {
  await using host = await startPictureHost()
  const { fetch } = publicPictures(host.network)
  const { promise: done, resolve: finish } = Promise.withResolvers<void>()
  const { promise: allIn, resolve: lastIn } = Promise.withResolvers<void>()
  let inHand = 0
  const held = Array.from({ length: 8 }, () =>
    fetch(host.at("png"), async (bytes) => {
      if (++inHand === 8) lastIn()
      await done
      return Buffer.from(bytes)
    }),
  )
  await allIn
  await expect(fetch(host.at("png"), async () => {})).rejects.toBeInstanceOf(NotFetched)
  finish()
  expect(await Promise.all(held)).toEqual(Array(8).fill(pictures.png))
  expect(await fetch(host.at("png"), async ({ length }) => length)).toBe(pictures.png.length)
})

test("strangers' addresses are taken for what they are unless a test says otherwise", async () => {
  await using host = await startPictureHost()
  const url = `http://127.0.0.1:${host.port}/png`
  await expect(publicPictures().fetch(url, async () => {})).rejects.toBeInstanceOf(NotFetched)
  expect(host.fetched).toEqual([])
})
