/** Drawn by strokes on a field of 24 by 24. */
const strokes = {
  away: "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
  back: "M15 5l-7 7 7 7",
  cameraOff: "M3 6.5h12v11H3zM15 11l6-3.5v9L15 13zM3 3l18 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  close: "M6 6l12 12M18 6L6 18",
  code: "M8 7l-5 5 5 5M16 7l5 5-5 5M13.5 4l-3 16",
  copy: "M9 9h10v11H9zM15 9V4H5v11h4",
  diamond: "M7 4h10l4 6-9 10L3 10zM3 10h18M9 10l3 9 3-9-3-6z",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9a3 3 0 100 6 3 3 0 000-6z",
  full: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  gift: "M4 11h16v9H4zM3 7h18v4H3zM12 7v13M12 7S10.5 3 8 3a2 2 0 000 4zM12 7s1.5-4 4-4a2 2 0 010 4z",
  invite: "M10 11a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM3.5 20c0-3.5 2.5-6 6.5-6s6.5 2.5 6.5 6M18 7v6M15 10h6",
  microphone: "M12 3.5a3 3 0 00-3 3V11a3 3 0 006 0V6.5a3 3 0 00-3-3zM5.5 11a6.5 6.5 0 0013 0M12 17.5V21",
  micOff: "M12 3.5a3 3 0 00-3 3V11a3 3 0 006 0V6.5a3 3 0 00-3-3zM5.5 11a6.5 6.5 0 0013 0M12 17.5V21M3 3l18 18",
  mute: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5",
  pause: "M8 5v14M16 5v14",
  people:
    "M9 11a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM2.5 20c0-3.5 2.5-6 6.5-6s6.5 2.5 6.5 6M16 4.5a3.5 3.5 0 010 6.5M18 14.5c2.2.8 3.5 2.8 3.5 5.5",
  play: "M7 4.5v15l12-7.5z",
  send: "M4 12l16-8-5 16-3.5-6.5z",
  silence: "M12 21a9 9 0 100-18 9 9 0 000 18zM5.8 5.8l12.4 12.4",
  sound: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 010 6M18 6.5a8 8 0 010 11",
  star: "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9L12 16.9l-5.2 2.8 1-5.9L3.5 9.7l5.9-.8z",
  stop: "M7 7h10v10H7z",
  video: "M3 6.5h12v11H3zM15 11l6-3.5v9L15 13z",
} as const

export type IconName = keyof typeof strokes

/** A picture beside words or in a button that has a name of its own: a screen reader passes over it. */
export const Icon = ({ name }: { name: IconName }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d={strokes[name]} />
  </svg>
)
