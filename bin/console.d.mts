/** Whether dist/console is what the sources say. @param root of the clone */
export declare const consoleBuilt: (root: string) => boolean;
/** Bundles the console. @throws Error with the bundler's own words */
export declare const buildConsole: (root: string) => Promise<void>;
