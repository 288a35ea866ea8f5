/** Several sounds in one. */
export interface Mix {
  readonly stream: MediaStream
  /** Whose sounds are in it from now on. */
  take(streams: MediaStream[]): void
  close(): void
}

/** Mixes what people say into one track, which is there, silent, before anybody speaks. */
export function mixSounds(): Mix {
  const context = new AudioContext({ sampleRate: 48_000 })
  const target = context.createMediaStreamDestination()
  const sources = new Map<MediaStreamAudioTrack, MediaStreamAudioSourceNode>()
  // A browser that makes no sound before a touch makes it then.
  const resume = () => void context.resume().catch(() => {})
  resume()
  addEventListener("pointerdown", resume)
  return {
    stream: target.stream,
    take(streams) {
      const tracks = new Set(streams.flatMap((stream) => stream.getAudioTracks()))
      for (const track of tracks) {
        if (sources.has(track)) continue
        const source = context.createMediaStreamSource(new MediaStream([track]))
        source.connect(target)
        sources.set(track, source)
      }
      for (const [track, source] of sources) {
        if (tracks.has(track)) continue
        source.disconnect()
        sources.delete(track)
      }
    },
    close() {
      removeEventListener("pointerdown", resume)
      void context.close().catch(() => {})
    },
  }
}
