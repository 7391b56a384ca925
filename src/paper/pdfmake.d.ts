// What is used of pdfmake (MIT), which brings no types of its own.
declare module 'pdfmake' {
  interface PdfMake {
    setFonts(
      fonts: Readonly<Record<string, Readonly<Record<'normal' | 'bold' | 'italics' | 'bolditalics', string>>>>,
    ): void;
    /** Which files may be read. */
    setLocalAccessPolicy(allows: (path: string) => boolean): void;
    /** Which addresses may be asked. */
    setUrlAccessPolicy(allows: (url: string) => boolean): void;
    createPdf(definition: object): { getBuffer(): Promise<Buffer> };
  }
  const pdfmake: PdfMake;
  export default pdfmake;
}
