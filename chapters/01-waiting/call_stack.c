/* Three functions, each called by the one before, each of which blocks.
 * While the innermost one waits, the other two wait for it to return.
 * Every function says where its frame lies, so that the stack can be
 * seen growing. */
#include <stdint.h>
#include <uv.h>

#include "chapters/01-waiting/acts.h"
#include "engine/event/stage.h"

static uintptr_t first_frame;

/* Stacks grow towards lower addresses, so later frames lie further
 * down. */
static void begins(const char *name, const void *frame)
{
    if (first_frame == 0)
        first_frame = (uintptr_t)frame;
    stage_say("%s() begins, %ld bytes down the stack", name,
              (long)(first_frame - (uintptr_t)frame));
}

/* region frames */
static void boil_water(void)
{
    begins("boil_water", __builtin_frame_address(0));
    uv_sleep(60);
    stage_say("boil_water() returns");
}

static void cook_eggs(void)
{
    begins("cook_eggs", __builtin_frame_address(0));
    boil_water(); /* cook_eggs() goes no further until this returns */
    uv_sleep(40);
    stage_say("cook_eggs() returns");
}

static void breakfast(void)
{
    begins("breakfast", __builtin_frame_address(0));
    cook_eggs();
    uv_sleep(20);
    stage_say("breakfast() returns");
}
/* end */

int call_stack_nested(void)
{
    stage_name(NULL, "cook");
    first_frame = 0;
    breakfast();
    return 0;
}
