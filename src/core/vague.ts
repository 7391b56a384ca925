// Whether a search says what it is for. It is counted and drawn for review more often, and never refused for it: who is refused for a word takes another.

/** True when the case number has no digit, or the reason is one word. The database says the same (`says_nothing`). */
export const saysNothing = (caseNumber: string, reason: string): boolean =>
  !/[0-9]/.test(caseNumber) || reason.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '').split(/[ \t\r\n]+/).length < 2;
