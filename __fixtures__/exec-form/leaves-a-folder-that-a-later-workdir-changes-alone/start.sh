#!/bin/sh
sleep 10
