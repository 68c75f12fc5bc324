"""256 short English words that are easy to read from afar and to spell."""

WORDS: tuple[str, ...] = tuple(
    # One text is easier to read here than 256 quoted words.
    """
acorn adobe album amber angle apple apron arbor arrow aspen atlas attic badge bagel baker bamboo banjo barn
basil basket beach beaver bell bench berry birch bison blanket blossom bonnet border bottle boulder branch
brass bread breeze brick bridge bronze brook brush bucket bugle butter button cabin cable cactus camel camera
candle canoe canvas canyon carbon carpet carrot castle cedar cello chalk cherry chest cider cinder circle
citrus clay cliff clock cloud clover cobalt coconut comet compass copper coral corn cotton cradle crane crater
crayon cricket crown crystal cup curtain daisy dawn delta desert diamond dolphin domino donkey door dragon
drum dune eagle earth easel echo elbow ember engine falcon feather fern fiddle field finch flag flame flint
flour flute forest fossil fountain fox frost galaxy garden garlic garnet gate ginger glacier globe glove goose
grain granite grape gravel guitar hammer harbor harp harvest hazel hedge helmet heron hill honey horizon horn
igloo indigo island ivory ivy jacket jasmine jigsaw juniper kayak kettle key kite kiwi ladder lagoon lamp
lantern lark lava leaf lemon lily linen lion lobster locket lotus magnet mango maple marble marsh meadow melon
meteor mint mirror mitten moon moss mountain mural nectar needle nest nickel night nutmeg oak oasis ocean
olive onion opal orange orbit orchid otter owl oyster paddle palm panda paper parrot pasta peach pearl pebble
pencil pepper piano pigeon pillow pine planet plum pocket polar pond poppy pottery prism puzzle quartz quill
rabbit radio raft rain raven ribbon river robin rocket rose ruby saddle saffron sail salmon sand satin
""".split()  # noqa: SIM905 - read by people
)
