import type { Seat } from "./seat.ts"

/** Who is connected: at most one room seat and one lobby seat a user. */
export class Presence {
  private readonly inRooms = new Map<number, Seat>()
  private readonly inLobby = new Map<number, Seat>()

  get size(): number {
    return this.inRooms.size + this.inLobby.size
  }

  /** Gives the user's place of this kind to `seat` and answers whom it took it from. */
  take(seat: Seat): Seat | undefined {
    const kind = this.kindOf(seat)
    const former = kind.get(seat.userId)
    kind.set(seat.userId, seat)
    return former
  }

  leave(seat: Seat): void {
    const kind = this.kindOf(seat)
    if (kind.get(seat.userId) === seat) kind.delete(seat.userId)
  }

  inRoom(userId: number): Seat | undefined {
    return this.inRooms.get(userId)
  }

  /** Where personal frames go: the room seat if there is one, else the lobby's. */
  reach(userId: number): Seat | undefined {
    return this.inRooms.get(userId) ?? this.inLobby.get(userId)
  }

  of(userId: number): Seat[] {
    return [this.inRooms.get(userId), this.inLobby.get(userId)].filter((seat) => seat !== undefined)
  }

  private kindOf(seat: Seat): Map<number, Seat> {
    return seat.roomId === 0 ? this.inLobby : this.inRooms
  }
}
