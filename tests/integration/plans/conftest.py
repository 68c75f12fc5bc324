from __future__ import annotations

import pytest
from django.test import Client

from workshop.accounts.models import Organisation, User
from workshop.plans.models import Plan
from workshop.plans.operations import create_plan
from workshop.plans.text import read_plan

#: A plan without blocks: kinds make proposals for its lines.
SHORT = """# Reading a bill

**Duration:** 60 minutes
**Target Audience:** Product teams

## Learning Objectives
* Explain what a bill is made of (Understanding)
* Compare two bills (Evaluating)

## Lesson Structure
### Engage
**Duration:** 20 minutes

**Facilitator Actions:** Tell the story of a bill

**Learner Activities:** Say what surprises you

**Technology Integration:** Use digital polling tool for gathering initial thoughts

### Explore
**Duration:** 40 minutes

**Learner Activities:** Read the bill in small groups

**Technology Integration:** Use breakout rooms for group discussions

## Weather
It may rain.

## Reflection Questions
### For Learners
* What will you look at on Monday?

### For Facilitator
* Where did the room fall silent?
"""


#: A plan with activities of its own.
FULL = """# Where does the money go?

**Duration:** 90 minutes
**Target Audience:** Everybody with a budget

## Learning Objectives

| Objective | Level |
|---|---|
| Explain a bill | Understanding |
| Compare two bills | Evaluating |

## Lesson Structure
### Engage
**Duration:** 25 minutes

**Learner Activities:** Answer two questions

**Technology Integration:** Polls on the phones

```poll
key: driver
title: What drives the bill?
type: single
question: What drives the bill most?
options:
  - Answers
  - Training
  - Machines that wait
objectives: [1]
privacy: anonymous
minutes: 3
```

```poll
key: ready
title: Ready?
type: scale
question: How ready is your team?
labels: [Not yet, Today]
points: 5
```

### Break
**Duration:** 15 minutes

### Explore
**Duration:** 50 minutes

**Learner Activities:** Sort the bill

```board
key: sort
title: Sort the bill
prompt: One card, one thought.
columns: [Fine, Ask, Act]
group_set: {key: tables, mode: random, size: 5}
minutes: 25
```
"""


def person(name: str, organisation: Organisation) -> User:
    return User.objects.create_user(name, organisation=organisation)


@pytest.fixture
def fay(db: None) -> User:
    return person("fay", Organisation.objects.create(name="Halden"))


@pytest.fixture
def mallory(db: None) -> User:
    return person("mallory", Organisation.objects.create(name="Elsewhere"))


@pytest.fixture
def plan(fay: User) -> Plan:
    return create_plan(fay, read_plan(SHORT).document)


@pytest.fixture
def demonstration(fay: User) -> Plan:
    return create_plan(fay, read_plan(FULL).document, demonstration=True)


@pytest.fixture
def desk(client: Client, fay: User) -> Client:
    """Fay's browser."""
    client.force_login(fay)
    return client
