// What leaves is chosen: each JSON answer is put through the shape that its route declares, so that a field which nobody
// declared never leaves and the API document cannot fall behind.
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import { answersOf } from './takes.js';

@Injectable()
export class ShapeInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const shape = answersOf(context.getHandler())?.shape;
    if (shape === undefined || typeof shape === 'string') return next.handle();
    return next.handle().pipe(map((answer) => shape.parse(answer)));
  }
}
