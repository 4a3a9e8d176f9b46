#!/bin/sh
npx knex migrate:latest
node server.js
