// Large arrays that one frame has done with and the next one needs, so that they are not made, zeroed and collected thirty times
// a second. It keeps a few, looks at nothing in them, and forgets the oldest first.

/** Arrays kept: those of two frames at once with their second looks. */
const keptMax = 8;

export class Spare {
  private readonly arrays: Float32Array[] = [];

  /** An array of this length; what stands in it is anybody's. */
  take(length: number): Float32Array {
    const at = this.arrays.findIndex((array) => array.length === length);
    return at < 0 ? new Float32Array(length) : this.arrays.splice(at, 1)[0]!;
  }

  /** Hands back an array that nobody looks at any more. One that went to another thread has no length here and is no loss. */
  give(array: Float32Array): void {
    if (array.length === 0 || this.arrays.includes(array)) return;
    this.arrays.push(array);
    if (this.arrays.length > keptMax) this.arrays.shift();
  }
}
