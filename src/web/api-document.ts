// Holds the API document once the routes are known.
import { Injectable } from '@nestjs/common';

@Injectable()
export class ApiDocument {
  /** The document as JSON text; set once at start. */
  text = '{}';
}
