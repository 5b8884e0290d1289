/* Three functions, each called by the one before, each of which blocks.
 * While the innermost one waits, the other two wait for it to return.
 * Every function says where its frame lies, so that the stack can be
 * seen growing. */
#include <stdint.h>
#include <uv.h>

#include "chapters/01-waiting/acts.h"
#include "engine/event/stage.h"

/* region frames */
static uintptr_t breakfast_frame;

/* How far below breakfast()'s frame the caller's frame lies. Stacks
 * grow towards lower addresses.
 */
static long below(const void *frame)
{
    return (long)(breakfast_frame - (uintptr_t)frame);
}

static void boil_water(void)
{
    stage_say("boil_water() begins, %ld bytes below breakfast()",
              below(__builtin_frame_address(0)));
    uv_sleep(60);
    stage_say("boil_water() returns");
}

static void cook_eggs(void)
{
    stage_say("cook_eggs() begins, %ld bytes below breakfast()",
              below(__builtin_frame_address(0)));
    boil_water(); /* cook_eggs() goes no further until this returns */
    uv_sleep(40);
    stage_say("cook_eggs() returns");
}

static void breakfast(void)
{
    breakfast_frame = (uintptr_t)__builtin_frame_address(0);
    stage_say("breakfast() begins");
    cook_eggs();
    uv_sleep(20);
    stage_say("breakfast() returns");
}
/* end */

int call_stack_nested(void)
{
    stage_name(NULL, "cook");
    breakfast();
    return 0;
}
