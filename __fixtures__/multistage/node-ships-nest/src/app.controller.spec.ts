import { Test } from '@nestjs/testing';
