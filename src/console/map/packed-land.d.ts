// The address of the file that the bundler makes of Natural Earth's coasts and borders (pack-land.ts).
declare module 'plateward:land' {
  const address: string;
  export default address;
}
